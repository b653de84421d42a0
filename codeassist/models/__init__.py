"""Encoders and chat models behind common interfaces. The only package that imports LangChain's models."""
