// Prints the OpenAPI documents that Kustomize has built in, as JSON.
package main

import (
	"encoding/json"
	"os"

	openapi "github.com/google/gnostic-models/openapiv2"
	"google.golang.org/protobuf/proto"
	"k8s.io/kube-openapi/pkg/validation/spec"
	"sigs.k8s.io/kustomize/kyaml/openapi/kubernetesapi"
	"sigs.k8s.io/kustomize/kyaml/openapi/kustomizationapi"
)

func main() {
	version := kubernetesapi.DefaultOpenAPI
	var name string
	for _, character := range "kubernetesapi/" + version + "/swagger.pb" {
		if character == '.' && len(name) < len("kubernetesapi/"+version) {
			character = '_'
		}
		name += string(character)
	}
	document := &openapi.Document{}
	if err := proto.Unmarshal(kubernetesapi.OpenAPIMustAsset[version](name), document); err != nil {
		panic(err)
	}
	var swagger spec.Swagger
	if _, err := swagger.FromGnostic(document); err != nil {
		panic(err)
	}
	own := json.RawMessage(kustomizationapi.MustAsset("kustomizationapi/swagger.json"))
	documents := map[string]any{"version": version, "kubernetes": swagger, "kustomization": own}
	if err := json.NewEncoder(os.Stdout).Encode(documents); err != nil {
		panic(err)
	}
}
