"""python -m ecgfuse"""

from ecgfuse.cli.main import main

main()
