"""`python -m bot` is `safeguarding`."""

from bot.cli import main

main()
