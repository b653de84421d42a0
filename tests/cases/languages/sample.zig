const std = @import("std");

pub const limit: usize = 16;

/// A ring of bytes.
pub const Ring = struct {
    data: [limit]u8,
    head: usize = 0,

    /// Puts one byte in.
    pub fn push(self: *Ring, byte: u8) !void {
        if (self.full()) return error.Full;
        self.data[self.head] = byte;
    }

    fn full(self: Ring) bool {
        return self.head == limit;
    }
};

pub const Mode = enum { fast, safe };

const Value = union(enum) { int: i64, none };

pub fn main() !void {
    var ring = makeRing(.fast);
    try ring.push(1);
}

test "push" {
    try std.testing.expect(true);
}
