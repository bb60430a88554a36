"""From knowledge and a case to advice. It knows no subject: that is in the knowledge base."""
