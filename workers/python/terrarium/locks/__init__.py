"""Lock files that came with a project → the packages that each of them says for one target."""
