"""Pictures from outside are decoded, scaled and written anew, so that what we serve is only ever a picture."""

from io import BytesIO

from django.core.files.base import ContentFile, File
from PIL import Image, ImageOps

from core.errors import BadInput

LARGEST = 5 * 1024 * 1024  # bytes
MOST_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


def recode(file: File, *, size: tuple[int, int]) -> ContentFile:
    """`file` cropped to fill `size` (width, height in pixels), as WebP.

    Raises BadInput: `picture_too_big` (bytes or pixels), `not_a_picture`."""
    if file.size > LARGEST:
        raise BadInput("picture_too_big", most_bytes=LARGEST)
    try:
        with Image.open(file, formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise BadInput("picture_too_big", most_pixels=MOST_PIXELS)
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except BadInput:
        raise
    except Exception:  # a broken picture breaks its decoder in many ways
        raise BadInput("not_a_picture") from None
    out = BytesIO()
    ImageOps.fit(upright, size).save(out, "WEBP", quality=82)
    return ContentFile(out.getvalue(), name="picture.webp")
