"""What a winery sells; so far the lists of varietals and appellations."""
