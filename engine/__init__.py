"""From knowledge and a case to advice. It knows no medicine: everything clinical is in the knowledge base."""
