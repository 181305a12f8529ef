package main

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/yaml"
)

// holdToTypes decodes each manifest into Kubernetes' own type: an unknown, doubled or mistyped field is a fault. What an
// operator of the cluster brings along (a ServiceMonitor) has no type here and only has to be YAML.
func holdToTypes(name, text string) error {
	decoder := serializer.NewCodecFactory(scheme.Scheme, serializer.EnableStrict).UniversalDeserializer()
	for _, document := range strings.Split(text, "\n---") {
		if strings.TrimSpace(document) == "" {
			continue
		}
		var head struct{ APIVersion, Kind string }
		if err := yaml.Unmarshal([]byte(document), &head); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		kind := schema.FromAPIVersionAndKind(head.APIVersion, head.Kind)
		if kind.Group == "monitoring.coreos.com" {
			continue
		}
		if _, _, err := decoder.Decode([]byte(document), nil, nil); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}
