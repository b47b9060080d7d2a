// Package v1beta1 holds the older version of Site, whose size is a word.
package v1beta1

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/conversion"

	v1 "catalyst.test/site-controller/api/v1"
)

var GroupVersion = schema.GroupVersion{Group: "sites.example.com", Version: "v1beta1"}

type Site struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              SiteSpec      `json:"spec,omitempty"`
	Status            v1.SiteStatus `json:"status,omitempty"`
}

type SiteSpec struct {
	Image string `json:"image,omitempty"`
	// Size is small for one replica, medium for two, large for three.
	Size       string `json:"size"`
	SecretName string `json:"secretName,omitempty"`
}

var sizes = []string{"none", "small", "medium", "large"}

func (in *Site) ConvertTo(hub conversion.Hub) error {
	out := hub.(*v1.Site)
	out.ObjectMeta = in.ObjectMeta
	out.Status = in.Status
	out.Spec.Image, out.Spec.SecretName = in.Spec.Image, in.Spec.SecretName
	for replicas, size := range sizes {
		if size == in.Spec.Size {
			out.Spec.Replicas = int32(replicas)
			return nil
		}
	}
	return fmt.Errorf("no size is called %q", in.Spec.Size)
}

func (in *Site) ConvertFrom(hub conversion.Hub) error {
	from := hub.(*v1.Site)
	in.ObjectMeta = from.ObjectMeta
	in.Status = from.Status
	in.Spec.Image, in.Spec.SecretName = from.Spec.Image, from.Spec.SecretName
	if int(from.Spec.Replicas) >= len(sizes) {
		return fmt.Errorf("no size has %d replicas", from.Spec.Replicas)
	}
	in.Spec.Size = sizes[from.Spec.Replicas]
	return nil
}

func AddToScheme(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(GroupVersion, &Site{})
	metav1.AddToGroupVersion(scheme, GroupVersion)
	return nil
}

func (in *Site) DeepCopyObject() runtime.Object {
	out := *in
	out.ObjectMeta = *in.ObjectMeta.DeepCopy()
	out.Status.Conditions = append([]metav1.Condition(nil), in.Status.Conditions...)
	return &out
}
