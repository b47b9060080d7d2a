// Command template-engine renders templates with Helm's own engine: each line of its input is a case, each line of its
// output what came of it, in the same order.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/engine"
)

// question is a chart's files by their path below the chart's folder, and the values given to it.
type question struct {
	Templates map[string]string `json:"templates"`
	Files     map[string][]byte `json:"files"`
	Values    string            `json:"values"`
}

// answer has the output of each template that isn't a partial, or the error. Bytes, since neither need be UTF-8.
type answer struct {
	Outputs map[string][]byte `json:"outputs,omitempty"`
	Error   []byte            `json:"error,omitempty"`
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	// Unbuffered: what was answered before a case on which Go gives up must not be lost with it.
	encoder := json.NewEncoder(os.Stdout)
	for {
		line, err := in.ReadBytes('\n')
		if err == io.EOF {
			return
		}
		if err != nil {
			fail(err)
		}
		var asked question
		if err := json.Unmarshal(line, &asked); err != nil {
			fail(err)
		}
		if err := encoder.Encode(render(asked)); err != nil {
			fail(err)
		}
	}
}

func render(asked question) answer {
	outputs, err := engine.Render(asChart(asked), mustValues(asked))
	if err != nil {
		return answer{Error: []byte(err.Error())}
	}
	found := answer{Outputs: map[string][]byte{}}
	for path, text := range outputs {
		found.Outputs[path] = []byte(text)
	}
	return found
}

func asChart(asked question) *chart.Chart {
	made := &chart.Chart{Metadata: &chart.Metadata{APIVersion: "v2", Name: "case", Version: "1.2.3"}}
	for name, text := range asked.Templates {
		made.Templates = append(made.Templates, &common.File{Name: "templates/" + name, Data: []byte(text)})
	}
	for name, data := range asked.Files {
		made.Files = append(made.Files, &common.File{Name: name, Data: data})
	}
	return made
}

// mustValues makes what templates see as `helm template` does.
func mustValues(asked question) common.Values {
	given, err := common.ReadValues([]byte(asked.Values))
	if err != nil {
		fail(err)
	}
	release := common.ReleaseOptions{Name: "demo", Namespace: "default", Revision: 1, IsInstall: true}
	values, err := util.ToRenderValues(&chart.Chart{Metadata: asChart(asked).Metadata}, given, release, nil)
	if err != nil {
		fail(err)
	}
	return values
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "template-engine:", err)
	os.Exit(1)
}
