"""The pages of the site, one file each with one function `draw(resources, words)`; `ui/navigation.py` lists them."""
