using System.Collections.Generic;

namespace Example.Orders
{
    /// <summary>An order of a customer.</summary>
    public class Order : Entity, IOrder
    {
        private const int Limit = 10;

        public string Name { get; set; }

        public Order(string name) : base(name)
        {
            Name = name;
        }

        /// <summary>Adds a line.</summary>
        [Obsolete]
        public async Task<bool> Add(Line line)
        {
            var saved = await Store.Save(line);
            return saved.Ok && new Check(line).Run();
        }

        public delegate void Changed(Order order);
    }

    public interface IOrder
    {
        Task<bool> Add(Line line);
    }

    public enum State { Open, Closed }

    public record Line(string Sku, int Count);

    public struct Money { public decimal Amount; }
}
