defmodule Shop.Cart do
  @moduledoc """
  A cart of goods.
  """

  use GenServer
  alias Shop.Item

  @limit 10

  defstruct items: []

  @doc """
  Adds an item to the cart.
  """
  @spec add(t, Item.t()) :: t
  def add(cart, item) when is_map(item) do
    notify(item)
    %{cart | items: [item | cart.items]}
  end

  def total(cart), do: Enum.sum(Enum.map(cart.items, &price/1))

  defp price(item), do: item.price

  defmacro debug(expr) do
    quote do: IO.inspect(unquote(expr))
  end
end

defprotocol Priced do
  def price(thing)
end
