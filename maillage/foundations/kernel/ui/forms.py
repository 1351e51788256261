"""Form rendering with the components of the house."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Render forms, fields and widgets through the project's templates."""
