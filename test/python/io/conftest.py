"""Makes the helpers of this folder importable from anywhere pytest is started."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
