package app

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"essaim/internal/platform/hub"
)

// exposition is text in the format of Prometheus, version 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats).
type exposition struct{ bytes.Buffer }

// family begins the samples of one name.
func (e *exposition) family(name, kind, help string) {
	fmt.Fprintf(e, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

// labelValue escapes what stands between quotes.
var labelValue = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// sample writes one number; labels are name, value, name, value….
func (e *exposition) sample(name string, value float64, labels ...string) {
	e.WriteString(name)
	for i := 0; i+1 < len(labels); i += 2 {
		fmt.Fprintf(e, `%s%s="%s"`, map[bool]string{true: "{", false: ","}[i == 0], labels[i], labelValue.Replace(labels[i+1]))
	}
	if len(labels) > 0 {
		e.WriteByte('}')
	}
	e.WriteString(" " + strconv.FormatFloat(value, 'g', -1, 64) + "\n")
}

// single writes a family of one sample.
func (e *exposition) single(name, kind, help string, value float64) {
	e.family(name, kind, help)
	e.sample(name, value)
}

// metricsText is all that there is to watch now.
func (h *House) metricsText(ctx context.Context) []byte {
	e := &exposition{}
	e.family("essaim_build_info", "gauge", "What was built; always 1.")
	e.sample("essaim_build_info", 1, "version", version(), "go", runtime.Version())
	h.metrics.writeRoutes(e)
	e.single("essaim_pages_from_memory_total", "counter", "Pages answered from the cache, which are in no route's numbers.", float64(h.Web.Pages.Hits()))
	e.single("essaim_pages_made_total", "counter", "Pages made for the cache.", float64(h.Web.Pages.Renders()))
	e.single("essaim_open_pages", "gauge", "Open pages that are told of new numbers.", float64(h.Hub.Pages()))
	e.single("essaim_signatures", "gauge", "Confirmed signatures of all mobilisations.", float64(h.Petitions.Signatures()))
	h.metrics.writeMails(e)
	h.writeStorage(ctx, e)
	h.writeJobs(ctx, e)
	writeProcess(e)
	return e.Bytes()
}

func (m *metrics) writeRoutes(e *exposition) {
	var names []string
	all := map[string]*routeMetrics{}
	m.routes.Range(func(name, r any) bool {
		names = append(names, name.(string))
		all[name.(string)] = r.(*routeMetrics)
		return true
	})
	slices.Sort(names)
	e.family("essaim_requests_total", "counter", "Answers by route and class of status.")
	for _, name := range names {
		for class := range all[name].classes {
			if n := all[name].classes[class].Load(); n > 0 {
				e.sample("essaim_requests_total", float64(n), "route", name, "status", strconv.Itoa(class)+"xx")
			}
		}
	}
	e.family("essaim_request_seconds", "histogram", "How long answers took, streams included.")
	for _, name := range names {
		all[name].write(e, name)
	}
}

// write writes the histogram of one route.
func (r *routeMetrics) write(e *exposition, name string) {
	sum := int64(0)
	for i := range r.buckets {
		bound := "+Inf"
		if i < len(latencies) {
			bound = strconv.FormatFloat(latencies[i].Seconds(), 'g', -1, 64)
		}
		sum += r.buckets[i].Load()
		e.sample("essaim_request_seconds_bucket", float64(sum), "route", name, "le", bound)
	}
	e.sample("essaim_request_seconds_sum", float64(r.micros.Load())/1e6, "route", name)
	e.sample("essaim_request_seconds_count", float64(sum), "route", name)
}

func (m *metrics) writeMails(e *exposition) {
	e.family("essaim_mails_total", "counter", "Mails by what became of them; those that failed are tried again.")
	for end, name := range mailEnds {
		e.sample("essaim_mails_total", float64(m.mails[end].Load()), "result", name)
	}
}

func (h *House) writeStorage(ctx context.Context, e *exposition) {
	commits, functions, reruns := h.DB.Stats()
	e.single("essaim_storage_commits_total", "counter", "Transactions that were committed; callers share them.", float64(commits))
	e.single("essaim_storage_functions_total", "counter", "Callers whose work they carried.", float64(functions))
	e.single("essaim_storage_reruns_total", "counter", "Transactions that were run again.", float64(reruns))
	up := 1.0
	if err := h.DB.Ping(ctx); err != nil {
		up = 0
	}
	e.single("essaim_storage_up", "gauge", "Whether the database answers.", up)
}

// writeJobs leaves the jobs out when the database does not answer: essaim_storage_up says so.
func (h *House) writeJobs(ctx context.Context, e *exposition) {
	counts, err := h.Queue.Counts(ctx)
	if err != nil {
		return
	}
	e.family("essaim_jobs", "gauge", "Jobs by kind and state.")
	for _, c := range counts {
		e.sample("essaim_jobs", float64(c.Waiting), "kind", c.Kind, "state", "waiting")
		e.sample("essaim_jobs", float64(c.Running), "kind", c.Kind, "state", "running")
		e.sample("essaim_jobs", float64(c.Dead), "kind", c.Kind, "state", "dead")
	}
}

func writeProcess(e *exposition) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	e.single("essaim_memory_heap_bytes", "gauge", "Bytes of live and not yet collected objects.", float64(m.HeapAlloc))
	e.single("essaim_memory_system_bytes", "gauge", "Bytes taken from the system.", float64(m.Sys))
	e.single("essaim_collections_total", "counter", "Garbage collections.", float64(m.NumGC))
	e.single("essaim_collection_pause_seconds_total", "counter", "Time in which collections stopped everything.", time.Duration(m.PauseTotalNs).Seconds())
	e.single("essaim_goroutines", "gauge", "Goroutines.", float64(runtime.NumGoroutine()))
	if open, err := os.ReadDir("/proc/self/fd"); err == nil {
		e.single("essaim_descriptors_open", "gauge", "Files and sockets that are open.", float64(len(open)))
	}
	e.single("essaim_descriptors_allowed", "gauge", "Files and sockets that may be open.", float64(hub.Descriptors()))
}
