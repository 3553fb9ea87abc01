"""Points on the Earth and the distance between them."""

#: The mean radius of the Earth in kilometres (IUGG).
EARTH_KM = 6371.0088
