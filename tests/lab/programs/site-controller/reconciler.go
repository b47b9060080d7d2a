package main

import (
	"context"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	appsac "k8s.io/client-go/applyconfigurations/apps/v1"
	coreac "k8s.io/client-go/applyconfigurations/core/v1"
	metaac "k8s.io/client-go/applyconfigurations/meta/v1"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	v1 "catalyst.test/site-controller/api/v1"
)

const (
	finalizer   = "sites.example.com/record"
	fieldOwner  = client.FieldOwner("site-controller")
	secretIndex = "spec.secretName"
)

// reconciler keeps a Deployment for each Site, and a ConfigMap that tells of it and outlives it until the
// finalizer has removed it.
type reconciler struct {
	client.Client
	recorder events.EventRecorder
}

func (r *reconciler) setUp(ctx context.Context, manager ctrl.Manager) error {
	index := func(object client.Object) []string { return []string{object.(*v1.Site).Spec.SecretName} }
	if err := manager.GetFieldIndexer().IndexField(ctx, &v1.Site{}, secretIndex, index); err != nil {
		return err
	}
	return ctrl.NewControllerManagedBy(manager).
		For(&v1.Site{}).
		Owns(&appsv1.Deployment{}).
		// Only the metadata of Secrets is watched and kept: their values are nobody's business here.
		Watches(&corev1.Secret{}, handler.EnqueueRequestsFromMapFunc(r.sitesOf), builder.OnlyMetadata).
		Complete(r)
}

func (r *reconciler) sitesOf(ctx context.Context, secret client.Object) []reconcile.Request {
	var sites v1.SiteList
	named := client.MatchingFields{secretIndex: secret.GetName()}
	if err := r.List(ctx, &sites, client.InNamespace(secret.GetNamespace()), named); err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "Sites can't be listed")
		return nil
	}
	var requests []reconcile.Request
	for i := range sites.Items {
		requests = append(requests, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(&sites.Items[i])})
	}
	return requests
}

func (r *reconciler) Reconcile(ctx context.Context, request reconcile.Request) (reconcile.Result, error) {
	var site v1.Site
	if err := r.Get(ctx, request.NamespacedName, &site); err != nil {
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	if !site.DeletionTimestamp.IsZero() {
		return reconcile.Result{}, r.end(ctx, &site)
	}
	if controllerutil.AddFinalizer(&site, finalizer) {
		return reconcile.Result{}, r.Update(ctx, &site)
	}
	if err := r.record(ctx, &site); err != nil {
		return reconcile.Result{}, err
	}
	if err := r.Apply(ctx, deploymentOf(&site), fieldOwner, client.ForceOwnership); err != nil {
		return reconcile.Result{}, fmt.Errorf("applying the Deployment: %w", err)
	}
	return reconcile.Result{}, r.tell(ctx, &site)
}

// record writes the ConfigMap by create or update, as older controllers do.
func (r *reconciler) record(ctx context.Context, site *v1.Site) error {
	record := recordOf(site)
	done, err := controllerutil.CreateOrUpdate(ctx, r.Client, record, func() error {
		record.Data = map[string]string{"replicas": fmt.Sprint(site.Spec.Replicas)}
		return nil
	})
	if done == controllerutil.OperationResultCreated {
		r.recorder.Eventf(site, record, corev1.EventTypeNormal, "Recorded", "Record", "Recorded in %s", record.Name)
	}
	return err
}

func (r *reconciler) end(ctx context.Context, site *v1.Site) error {
	if !controllerutil.ContainsFinalizer(site, finalizer) {
		return nil
	}
	if err := r.Delete(ctx, recordOf(site)); client.IgnoreNotFound(err) != nil {
		return err
	}
	before := site.DeepCopyObject().(*v1.Site)
	controllerutil.RemoveFinalizer(site, finalizer)
	return r.Patch(ctx, site, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
}

// tell writes the status, and an event at the moment the Site gets ready.
func (r *reconciler) tell(ctx context.Context, site *v1.Site) error {
	var deployment appsv1.Deployment
	if err := r.Get(ctx, client.ObjectKeyFromObject(site), &deployment); client.IgnoreNotFound(err) != nil {
		return err
	}
	version, err := r.secretVersion(ctx, site)
	if err != nil {
		return err
	}
	before := site.DeepCopyObject().(*v1.Site)
	site.Status.ObservedGeneration = site.Generation
	site.Status.ReadyReplicas = deployment.Status.ReadyReplicas
	site.Status.SecretVersion = version
	ready := metav1.Condition{
		Type: "Ready", Status: metav1.ConditionFalse, Reason: "Waiting", ObservedGeneration: site.Generation,
		Message: fmt.Sprintf("%d of %d replicas are ready", deployment.Status.ReadyReplicas, site.Spec.Replicas),
	}
	if deployment.Status.ReadyReplicas == site.Spec.Replicas {
		ready.Status, ready.Reason = metav1.ConditionTrue, "Deployed"
	}
	wasReady := meta.IsStatusConditionTrue(before.Status.Conditions, ready.Type)
	meta.SetStatusCondition(&site.Status.Conditions, ready)
	if err := r.Status().Patch(ctx, site, client.MergeFrom(before)); err != nil {
		return err
	}
	if !wasReady && ready.Status == metav1.ConditionTrue {
		r.recorder.Eventf(site, &deployment, corev1.EventTypeNormal, "Deployed", "Deploy", ready.Message)
	}
	return nil
}

// secretVersion reads from the cache of metadata, which the watch above fills.
func (r *reconciler) secretVersion(ctx context.Context, site *v1.Site) (string, error) {
	if site.Spec.SecretName == "" {
		return "", nil
	}
	var secret metav1.PartialObjectMetadata
	secret.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Secret"))
	key := types.NamespacedName{Namespace: site.Namespace, Name: site.Spec.SecretName}
	err := r.Get(ctx, key, &secret)
	if apierrors.IsNotFound(err) {
		return "", nil
	}
	return secret.ResourceVersion, err
}

func recordOf(site *v1.Site) *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: site.Namespace, Name: site.Name + "-record"}}
}

func deploymentOf(site *v1.Site) *appsac.DeploymentApplyConfiguration {
	labels := map[string]string{"sites.example.com/site": site.Name}
	owner := metaac.OwnerReference().
		WithAPIVersion(v1.GroupVersion.String()).WithKind("Site").WithName(site.Name).WithUID(site.UID).
		WithController(true).WithBlockOwnerDeletion(true)
	container := coreac.Container().WithName("site").WithImage(site.Spec.Image)
	return appsac.Deployment(site.Name, site.Namespace).
		WithLabels(labels).
		WithOwnerReferences(owner).
		WithSpec(appsac.DeploymentSpec().
			WithReplicas(site.Spec.Replicas).
			WithSelector(metaac.LabelSelector().WithMatchLabels(labels)).
			WithTemplate(coreac.PodTemplateSpec().
				WithLabels(labels).
				WithSpec(coreac.PodSpec().WithContainers(container))))
}
