"""`python -m node_agent --config agent.yaml`."""

import sys

from node_agent.process import main

if __name__ == "__main__":
    sys.exit(main())
