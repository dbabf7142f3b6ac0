"""People as the API shows them: members, what they are assigned to, invitations and tokens."""
