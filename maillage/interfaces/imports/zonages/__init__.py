"""Which commune belongs to which zone d'emploi, bassin d'emploi or comité local pour l'emploi."""
