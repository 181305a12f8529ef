package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"helm.sh/helm/v3/pkg/lint"
	"helm.sh/helm/v3/pkg/lint/support"
	"helm.sh/helm/v3/pkg/strvals"
)

const namespace = "lethe"

// The oldest Kubernetes that Chart.yaml allows; Helm's own default is older than the sleep of a preStop hook.
var kubernetes = chartutil.KubeVersion{Version: "v1.30.0", Major: "1", Minor: "30"}

// lintChart renders the chart with each `given` name=value on top of its own, and writes the manifests.
func lintChart(out io.Writer, dir string, given []string) error {
	values, err := valuesOf(given)
	if err != nil {
		return err
	}
	if err := faultsOf(lint.AllWithKubeVersion(dir, values, namespace, &kubernetes)); err != nil {
		return err
	}
	manifests, err := render(dir, values)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(manifests)) {
		if err := holdToTypes(name, manifests[name]); err != nil {
			return err
		}
		fmt.Fprintf(out, "---\n# %s\n%s\n", name, manifests[name])
	}
	return nil
}

func valuesOf(given []string) (map[string]any, error) {
	values := map[string]any{}
	for _, one := range given {
		if err := strvals.ParseInto(one, values); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// faultsOf takes warnings for faults: nobody reads the warnings of a job that passes.
func faultsOf(linted support.Linter) error {
	faults := []error{}
	for _, message := range linted.Messages {
		if message.Severity >= support.WarningSev {
			faults = append(faults, message)
		}
	}
	return errors.Join(faults...)
}

func render(dir string, values map[string]any) (map[string]string, error) {
	loaded, err := loader.Load(dir)
	if err != nil {
		return nil, err
	}
	release := chartutil.ReleaseOptions{Name: "lethe", Namespace: namespace, Revision: 1, IsInstall: true}
	capabilities := chartutil.DefaultCapabilities.Copy()
	capabilities.KubeVersion = kubernetes
	top, err := chartutil.ToRenderValues(loaded, values, release, capabilities)
	if err != nil {
		return nil, err
	}
	rendered, err := engine.Render(loaded, top)
	if err != nil {
		return nil, err
	}
	for name, text := range rendered {
		if !strings.HasSuffix(name, ".yaml") || strings.TrimSpace(text) == "" {
			delete(rendered, name)
		}
	}
	return rendered, nil
}
