// Command lint holds what is installed to what reads it: Helm's own linter and templates, Kubernetes' own types, the Compose
// specification's own loader, Prometheus' own parsers. It needs no cluster, no network and no Docker.
package main

import (
	"errors"
	"fmt"
	"os"
)

const usage = "lint chart <directory> <name=value>… | compose <file> <env file> | monitoring <rules> <dashboard>"

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run prints what was rendered, as YAML, or returns every fault that was found.
func run(args []string) error {
	switch {
	case len(args) >= 2 && args[0] == "chart":
		return lintChart(os.Stdout, args[1], args[2:])
	case len(args) == 3 && args[0] == "compose":
		return lintCompose(os.Stdout, args[1], args[2])
	case len(args) == 3 && args[0] == "monitoring":
		return errors.Join(lintRules(args[1]), lintDashboard(args[2]))
	}
	return fmt.Errorf("usage: %s", usage)
}
