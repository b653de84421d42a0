; inherits: script, script_types
