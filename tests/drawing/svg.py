"""What stands in a figure."""

from xml.etree import ElementTree


def texts(svg):
    return [text for text in ElementTree.fromstring(svg).itertext() if text.strip()]
