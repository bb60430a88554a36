"""One canonical form of what authors write: order of fields, wrapping and quoting, with every comment kept."""
