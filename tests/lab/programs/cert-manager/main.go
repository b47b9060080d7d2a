// Command cert-manager runs cert-manager's own controllers, without the parts that need a network: issuers by
// ACME, Vault and Venafi. The project's command is a Go module that isn't published; this one stands for it.
package main

import (
	"context"
	"errors"
	"flag"
	"net"
	"net/http"
	"os"

	"github.com/cert-manager/cert-manager/pkg/controller"
	logf "github.com/cert-manager/cert-manager/pkg/logs"
	"golang.org/x/sync/errgroup"
	ctrl "sigs.k8s.io/controller-runtime"

	_ "github.com/cert-manager/cert-manager/pkg/controller/certificate-shim/ingresses"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/approver"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/ca"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/selfsigned"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/issuing"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/keymanager"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/readiness"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/requestmanager"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/revisionmanager"
	_ "github.com/cert-manager/cert-manager/pkg/controller/certificates/trigger"
	_ "github.com/cert-manager/cert-manager/pkg/controller/clusterissuers"
	_ "github.com/cert-manager/cert-manager/pkg/controller/issuers"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/ca"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/selfsigned"
)

func main() {
	kubeconfig := os.Getenv("KUBECONFIG")
	health := flag.String("health", "", "address of /readyz")
	flag.Parse()
	logf.InitLogs()
	ctrl.SetLogger(logf.Log)
	work, ctx := errgroup.WithContext(logf.NewContext(ctrl.SetupSignalHandler(), logf.Log))
	if err := errors.Join(runControllers(ctx, work, kubeconfig), runInjector(ctx, work), serve(ctx, work, *health)); err != nil {
		logf.Log.Error(err, "it doesn't start")
		os.Exit(1)
	}
	if err := work.Wait(); err != nil {
		logf.Log.Error(err, "it ends")
		os.Exit(1)
	}
}

// runControllers starts every controller imported above, as cert-manager's command does.
func runControllers(ctx context.Context, work *errgroup.Group, kubeconfig string) error {
	factory, err := controller.NewContextFactory(ctx, controller.ContextOptions{
		Kubeconfig:    kubeconfig,
		IssuerOptions: controller.IssuerOptions{ClusterResourceNamespace: "cert-manager"},
		IngressShimOptions: controller.IngressShimOptions{
			DefaultIssuerKind:                 "Issuer",
			DefaultAutoCertificateAnnotations: []string{"kubernetes.io/tls-acme"},
		},
	})
	if err != nil {
		return err
	}
	shared, err := factory.Build()
	if err != nil {
		return err
	}
	for _, construct := range controller.Known() {
		one, err := construct(factory)
		if err != nil {
			return err
		}
		work.Go(func() error { return one.Run(2, ctx) })
	}
	shared.SharedInformerFactory.Start(ctx.Done())
	shared.KubeSharedInformerFactory.Start(ctx.Done())
	shared.HTTP01ResourceMetadataInformersFactory.Start(ctx.Done())
	return nil
}

func serve(ctx context.Context, work *errgroup.Group, address string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})}
	work.Go(func() error {
		<-ctx.Done()
		return server.Close()
	})
	work.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	return nil
}
