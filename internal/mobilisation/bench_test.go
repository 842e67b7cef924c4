package mobilisation_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/storage"
	"essaim/internal/platform/storage/storagetest"
)

// BenchmarkSign is the whole act but HTTP: check, seal, one transaction with the mail's job, durable. 256 callers at once.
func BenchmarkSign(b *testing.B) {
	for name, options := range map[string]func(testing.TB) storage.Options{"sqlite": storagetest.SQLite, "postgres": storagetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			f := benchRoom(b, options(b))
			var n atomic.Int64
			b.SetParallelism(128)
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					i := n.Add(1)
					signer := mobilisation.Signer{
						GivenName: "Ada", FamilyName: "Martin", Email: fmt.Sprintf("person%d@example.org", i), PostalCode: "75011", Lang: "fr",
					}
					if _, err := f.Sign(b.Context(), f.petition, signer, false); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.ReportMetric(float64(n.Load())/b.Elapsed().Seconds(), "signatures/s")
		})
	}
}

func benchRoom(b *testing.B, o storage.Options) *fixture {
	f := build(b, storagetest.Open(b, o, migrations()), false)
	f.petition = f.publish("ligne-du-val")
	b.ResetTimer()
	return f
}
