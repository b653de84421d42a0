(Decl (FnProto function: (IDENTIFIER) @name)) @definition.function
(ContainerField field_member: (IDENTIFIER) @name) @definition.field
(Decl (VarDecl variable_type_function: (IDENTIFIER) @name
  (ErrorUnionExpr (SuffixExpr (ContainerDecl (ContainerDeclType "struct")))))) @definition.struct
(Decl (VarDecl variable_type_function: (IDENTIFIER) @name
  (ErrorUnionExpr (SuffixExpr (ContainerDecl (ContainerDeclType "enum")))))) @definition.enum
(Decl (VarDecl variable_type_function: (IDENTIFIER) @name
  (ErrorUnionExpr (SuffixExpr (ContainerDecl (ContainerDeclType "union")))))) @definition.struct
(source_file (Decl (VarDecl variable_type_function: (IDENTIFIER) @name)) @definition.variable)
(TestDecl (STRINGLITERALSINGLE) @name) @definition.test

(SuffixExpr variable_type_function: (IDENTIFIER) @reference.call (FnCallArguments))
(FieldOrFnCall function_call: (IDENTIFIER) @reference.call)

[(doc_comment) (line_comment)] @comment
