import { expect, test } from "vitest";

import { merge } from "./sync";

const note = { id: "1", title: "t", body: "old", tags: [], changed: 1 };

test("the newer version wins", () => {
  const newer = { ...note, body: "new", changed: 2 };
  expect(merge([note], [newer]).merged[0].body).toBe("new");
});
