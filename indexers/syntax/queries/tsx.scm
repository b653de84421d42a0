; inherits: script, script_types, script_jsx
