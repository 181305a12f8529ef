package main

import (
	"encoding/json"
	"errors"
	"os"
	"strings"

	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
)

// lintRules reads alerts as Prometheus does: fields, templates and expressions.
func lintRules(file string) error {
	_, faults := rulefmt.ParseFile(file, false)
	return errors.Join(faults...)
}

// lintDashboard reads each expression of a Grafana dashboard as Prometheus does.
func lintDashboard(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var dashboard struct {
		Panels []struct{ Targets []struct{ Expr string } }
	}
	if err := json.Unmarshal(text, &dashboard); err != nil {
		return err
	}
	faults := []error{}
	for _, panel := range dashboard.Panels {
		for _, target := range panel.Targets {
			_, err := parser.ParseExpr(strings.ReplaceAll(target.Expr, "$__rate_interval", "5m"))
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}
