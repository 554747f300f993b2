"""Does nothing, or prints its arguments: what is measured is the way there."""
import sys


def main():
    if len(sys.argv) > 1:
        print(*sys.argv[1:])


if __name__ == '__main__':
    main()
