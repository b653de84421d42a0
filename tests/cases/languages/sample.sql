-- People who buy.
CREATE TABLE customers (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL
);

CREATE INDEX customers_name ON customers (name);

CREATE VIEW big_customers AS
SELECT c.id, count(o.id) AS orders
FROM customers c JOIN orders o ON o.customer = c.id
GROUP BY c.id;

CREATE FUNCTION total(customer INTEGER) RETURNS NUMERIC AS $$
    SELECT sum(price) FROM orders WHERE customer = $1;
$$ LANGUAGE sql;

INSERT INTO customers (id, name) VALUES (1, 'Ada');
