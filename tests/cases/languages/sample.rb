require 'json'

module Shop
  LIMIT = 5

  # A basket of goods.
  class Basket < Base
    include Enumerable
    attr_reader :items

    # Makes an empty basket.
    def initialize(owner)
      @items = []
    end

    def add(item)
      raise Full, 'full' if items.size >= LIMIT
      items.push(item)
    end

    def self.load(text)
      new(JSON.parse(text))
    end

    private

    def total = items.sum(&:price)
  end
end
