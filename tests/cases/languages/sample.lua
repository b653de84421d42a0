local json = require("json")

local M = {}

-- Default settings.
M.config = { limit = 10 }

--- Opens a buffer.
function M.open(path)
  local text = M.read(path)
  return json.decode(text)
end

function M:close(force)
  self.closed = force
end

local function helper(x)
  return tostring(x)
end

M.read = function(path)
  return io.open(path):read("*a")
end

return M
