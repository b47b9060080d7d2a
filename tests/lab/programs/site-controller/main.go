// Command site-controller is a controller as people write them with controller-runtime: a manager with leader
// election, a cache with an index, server-side apply, a finalizer, events, and webhooks.
package main

import (
	"flag"
	"os"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metrics "sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/webhook"

	v1 "catalyst.test/site-controller/api/v1"
	"catalyst.test/site-controller/api/v1beta1"
)

func main() {
	health := flag.String("health", "", "address of /readyz")
	webhookPort := flag.Int("webhook-port", 0, "port of the webhooks; none are served without it")
	certificates := flag.String("certificates", "", "folder of the webhooks' tls.crt and tls.key")
	flag.Parse()
	ctrl.SetLogger(zap.New())
	if err := run(*health, *webhookPort, *certificates); err != nil {
		ctrl.Log.Error(err, "it ends")
		os.Exit(1)
	}
}

func run(health string, webhookPort int, certificates string) error {
	context := ctrl.SetupSignalHandler()
	// Shorter than by default, so that a second one takes over while a test waits; who can't renew it in time ends, which
	// a busy machine must not bring about.
	lease, renew, retry := 12*time.Second, 10*time.Second, time.Second
	options := ctrl.Options{
		Scheme:                  clientgoscheme.Scheme,
		Metrics:                 metrics.Options{BindAddress: "0"},
		HealthProbeBindAddress:  health,
		LeaderElection:          true,
		LeaderElectionID:        "site-controller",
		LeaderElectionNamespace: "default",
		LeaseDuration:           &lease,
		RenewDeadline:           &renew,
		RetryPeriod:             &retry,
	}
	if webhookPort != 0 {
		serving := webhook.Options{Host: "127.0.0.1", Port: webhookPort, CertDir: certificates}
		options.WebhookServer = webhook.NewServer(serving)
	}
	for _, add := range []func(*runtime.Scheme) error{v1.AddToScheme, v1beta1.AddToScheme} {
		if err := add(options.Scheme); err != nil {
			return err
		}
	}
	manager, err := ctrl.NewManager(ctrl.GetConfigOrDie(), options)
	if err != nil {
		return err
	}
	if webhookPort != 0 {
		if err := serveWebhooks(manager); err != nil {
			return err
		}
	}
	reconciler := &reconciler{Client: manager.GetClient(), recorder: manager.GetEventRecorder("site-controller")}
	if err := reconciler.setUp(context, manager); err != nil {
		return err
	}
	if err := manager.AddReadyzCheck("ping", healthz.Ping); err != nil {
		return err
	}
	return manager.Start(context)
}
