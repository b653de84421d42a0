module Data.Queue (Queue, push) where

import qualified Data.List as L

-- | A queue of values.
data Queue a = Queue [a] [a]
  deriving (Show)

newtype Size = Size Int

type Name = String

-- | Things that have a size.
class Sized f where
  size :: f a -> Int

instance Sized Queue where
  size (Queue a b) = length a + length b

-- | Puts a value at the end.
push :: a -> Queue a -> Queue a
push x (Queue front back) = balance (Queue front (x : back))

balance :: Queue a -> Queue a
balance (Queue [] back) = Queue (L.reverse back) []
balance queue = queue

limit :: Int
limit = 10
