"""What scenarios exercise: rules, conditions, facts, headings, conclusions, reason codes and boundary values."""
