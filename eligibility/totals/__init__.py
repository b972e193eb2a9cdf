"""What a whole city comes to: totals, who becomes entitled soon, who does not draw what is due, and what another run changed."""
