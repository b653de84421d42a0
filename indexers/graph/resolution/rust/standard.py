"""What the standard library of Rust does with values: which types hold others, and which methods hand these on."""

from __future__ import annotations

TRANSPARENT = frozenset("Box Rc Arc Pin MutexGuard RwLockReadGuard RwLockWriteGuard Ref RefMut ManuallyDrop".split())
"""Types whose methods are those of the type that they hold."""

HOLDERS = frozenset(
    "Option Result Vec VecDeque LinkedList HashSet BTreeSet BinaryHeap IndexSet FxHashSet Iterator IntoIterator "
    "DoubleEndedIterator ExactSizeIterator FusedIterator Peekable Rev Skip Take Iter IterMut IntoIter Mutex RwLock "
    "RefCell Cell OnceCell OnceLock LazyLock LazyCell Lazy Weak JoinHandle Receiver Sender Stream SmallVec ArrayVec Poll "
    "Future".split()
)
"""Types that hold values of their first parameter."""

MAPS = frozenset("HashMap BTreeMap IndexMap FxHashMap DashMap".split())
"""Types that hold values of their last parameter."""

SAME = frozenset({"clone", "to_owned", "as_ref", "as_mut", "borrow", "borrow_mut", "by_ref", "await", "deref", "deref_mut"})
"""Methods of any value that give the value."""

TAKEN = frozenset(
    "unwrap expect unwrap_or unwrap_or_default unwrap_or_else unwrap_unchecked borrow borrow_mut get_or_insert_with "
    "get_or_init or_insert or_insert_with or_default remove_at swap_remove force".split()
)
"""Methods of a holder that give what it holds."""

KEPT = frozenset(
    "iter iter_mut into_iter as_ref as_mut as_deref as_deref_mut as_slice clone cloned copied filter rev skip take "
    "peekable ok next next_back last first get get_mut pop pop_front pop_back peek peek_mut front front_mut back "
    "back_mut first_mut last_mut find nth min_by_key max_by_key min_by max_by min max or or_else ok_or ok_or_else "
    "map_err context with_context lock read write drain values values_mut into_values to_vec replace await entry "
    "skip_while take_while upgrade downgrade recv try_recv try_lock step_by fuse cycle to_owned into_inner inspect chain "
    "by_ref enumerate retain and_modify join".split()
)
"""Methods of a holder that give a holder of the same."""

OTHERS = frozenset(
    "map and_then fold zip keys flat_map filter_map map_or map_or_else is_some is_none is_ok is_err is_empty len push "
    "push_back push_front insert extend contains contains_key collect for_each any all count sum position sort sort_by "
    "sort_by_key sort_unstable dedup remove clear append truncate err unwrap_err expect_err is_some_and is_ok_and "
    "capacity reserve with_capacity send set windows chunks split_at join concat partition rposition".split()
)
"""Other methods of holders."""

OPEN = frozenset(
    "parse into try_into collect from_str from_reader from_slice from_json default take replace swap deserialize await "
    "min max spawn from try_from new_in block_on spawn_blocking get downcast_ref downcast_mut map and_then with then sum "
    "fold".split()
)
"""Functions of libraries that can return a value of the repository."""

PRELUDE = frozenset(
    "Some None Ok Err drop String str char bool u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64 ToString "
    "ToOwned From Into AsRef AsMut Default Clone Copy Send Sync Sized Drop Fn FnMut FnOnce Iterator IntoIterator Extend "
    "Eq PartialEq Ord PartialOrd Debug Hash std core alloc".split()
)
