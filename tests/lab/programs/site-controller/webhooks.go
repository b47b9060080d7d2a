package main

import (
	"context"
	"fmt"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	v1 "catalyst.test/site-controller/api/v1"
)

// rules are what a Site's admission asks: an image where none is named, no more replicas than there are sizes,
// and no deletion of what is kept.
type rules struct{}

func serveWebhooks(manager ctrl.Manager) error {
	return ctrl.NewWebhookManagedBy(manager, &v1.Site{}).WithDefaulter(rules{}).WithValidator(rules{}).Complete()
}

func (rules) Default(_ context.Context, site *v1.Site) error {
	if site.Spec.Image == "" {
		site.Spec.Image = "registry.example.com/site:1"
	}
	return nil
}

func (rules) ValidateCreate(_ context.Context, site *v1.Site) (admission.Warnings, error) {
	if site.Spec.Replicas > 3 {
		return nil, fmt.Errorf("a Site has at most 3 replicas, not %d", site.Spec.Replicas)
	}
	if site.Spec.Replicas == 0 {
		return admission.Warnings{"a Site without replicas serves nothing"}, nil
	}
	return nil, nil
}

func (r rules) ValidateUpdate(ctx context.Context, _, site *v1.Site) (admission.Warnings, error) {
	return r.ValidateCreate(ctx, site)
}

func (rules) ValidateDelete(_ context.Context, site *v1.Site) (admission.Warnings, error) {
	if site.Labels["keep"] == "true" {
		return nil, fmt.Errorf("%s is kept", site.Name)
	}
	return nil, nil
}
