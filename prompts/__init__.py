"""The prompt files that ship with codeassist; they are data, loaded by `codeassist.prompts`."""
