"""The demo studio as plain data: who works there, what they give, who comes."""
