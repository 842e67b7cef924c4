// Package config is the only door to the environment: flags, environment variables and one file decide how a program starts.
//
// A flag wins over the environment, which wins over the file. Every setting has a default that runs, and says what it is
// for. What changes while the program runs is in the database, not here.
package config

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// Settings are what every command that opens the instance reads. The tags are its documentation: flag, environment
// variable (ESSAIM_ and the name in capitals), default and purpose.
type Settings struct {
	Data          string   `help:"Folder of the instance's data: database, pictures, places." default:"essaim-data" placeholder:"FOLDER"`
	Database      string   `help:"URL of a PostgreSQL database (postgres://…); empty for SQLite in the data folder." placeholder:"URL"`
	VaultFile     string   `help:"File of the key that seals personal data, apart from the data folder. Default: the data folder's name with .key added; made on first start." placeholder:"FILE"`
	VaultKey      string   `help:"The key itself, as the file has it, for hosts that keep secrets in the environment." placeholder:"TEXT" hidden:""`
	Places        string   `help:"Folder of place data in the documented format; empty for the set that 'places update' put into the data folder, else a small sample." placeholder:"FOLDER"`
	Listen        string   `help:"Address to listen on." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	URL           string   `help:"Address of the site as visitors type it." default:"http://localhost:8080" placeholder:"URL"`
	Name          string   `help:"Name of the site." default:"Essaim"`
	Languages     []string `help:"Languages of the site, the first one without prefix in addresses." default:"fr,en" placeholder:"TAG,…"`
	Timezone      string   `help:"Time zone in which dates are written." default:"Europe/Paris" placeholder:"ZONE"`
	SMTP          string   `help:"Mail server: smtp://user:password@host:587 or smtps://…; empty keeps mails waiting." placeholder:"URL"`
	From          string   `help:"Address that the site's mails come from." default:"essaim@localhost" placeholder:"ADDRESS"`
	LettersAnHour int      `help:"How many letters to strangers leave in an hour at most, over the whole site; more wait for their turn." default:"20000"`
	InvitedOnly   bool     `help:"Give accounts only to people whom a host invites; otherwise whoever can read a mail may have one, and propose a mobilisation."`
	PasskeyFirst  bool     `help:"Have hosts and moderators who made a passkey come in with it: a session that was opened by mail neither hosts nor moderates."`
	ReviewChanges bool     `help:"Have moderators read a change of a demand that people have signed before it stands; otherwise they see it afterwards." default:"true" negatable:""`
	ForgetAfter   int      `help:"How many days after the end of a mobilisation, and after its last delivery, the names and addresses of who signed it are destroyed; those who asked for its letters stay." default:"180" placeholder:"DAYS"`
	Source        string   `help:"Address of the source code of the very program that runs, which visitors may have (AGPL, section 13); linked on the page about the site." placeholder:"URL"`
	TrustedProxy  []string `help:"Networks of proxies in front, whose X-Forwarded-For is believed." placeholder:"NETWORK,…"`
	TLS           bool     `help:"Speak https with a certificate that is fetched and renewed by itself (Let's Encrypt): listen on :443, and be reachable on port 80."`
	TLSContact    string   `name:"tls-contact" help:"Mail address that the certificate authority may write to." placeholder:"ADDRESS"`
	TLSDirectory  string   `name:"tls-directory" help:"ACME directory of another certificate authority." placeholder:"URL"`
	TLSCert       string   `name:"tls-cert" help:"File of a certificate with its chain, to speak https with; read again when it changes." placeholder:"FILE"`
	TLSKey        string   `name:"tls-key" help:"File of that certificate's key." placeholder:"FILE"`
	PlainListen   string   `help:"Where https is spoken: address on which plain http is sent to https, and an authority's questions are answered; empty for none." default:":80" placeholder:"HOST:PORT"`
	AdminListen   string   `help:"Address for metrics (Prometheus) and profiles, on this machine; empty for none." placeholder:"HOST:PORT"`
	AdminAnywhere bool     `help:"Let --admin-listen be an address that other machines reach. There is no password: a firewall must keep strangers out."`
	Blobs         string   `help:"Bucket for pictures, for a site of several machines: s3://server/bucket/folder; empty for the data folder." placeholder:"S3-URL"`
	S3Keys        string   `name:"s3-keys" help:"File of the keys of buckets: on each line an access key and its secret key, and before them a server if there are several." placeholder:"FILE"`
	Copies        []string `help:"Folder for an encrypted copy of the whole site each night, best on another machine's disk, or bucket (s3://server/bucket/folder), or several of them; empty for none." placeholder:"FOLDER,…"`
	CopiesFor     string   `help:"Who alone can read the copies: a recipient of age (age1…), whose secret key is kept elsewhere." placeholder:"RECIPIENT"`
	CopiesKept    int      `help:"How many copies are kept in each place." default:"14" placeholder:"NUMBER"`
	GuardOff      bool     `help:"Switch off proof of work and limits, for load tests; refused unless the site listens to this machine alone." hidden:""`
	Workers       bool     `help:"Work on background jobs in this process." default:"true" negatable:""`
	Verbose       bool     `help:"Log every request." short:"v"`
	ConfigFile    string   `help:"File of settings, one 'name = value' a line." default:"essaim.conf" name:"config" placeholder:"FILE"`
}

// DefaultURL is the address of a site that was told none.
const DefaultURL = "http://localhost:8080"

// Parser returns a kong parser for a program's commands, which reads flags, ESSAIM_… variables and the settings file.
func Parser(commands any, out, errs io.Writer, options ...kong.Option) (*kong.Kong, error) {
	all := append([]kong.Option{
		kong.Name("essaim"),
		kong.Description("Essaim, the mobilisation platform that a movement hosts itself."),
		kong.Writers(out, errs),
		kong.DefaultEnvars("ESSAIM"),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	}, options...)
	parser, err := kong.New(commands, all...)
	if err != nil {
		return nil, err
	}
	return parser, nil
}

// LoadFile returns the option by which a parser reads the settings file named in args or in the environment, if there is one.
func LoadFile(args []string) (kong.Option, error) {
	path, named := fileIn(args)
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) && !named {
		return kong.OptionFunc(func(*kong.Kong) error { return nil }), nil
	}
	if err != nil {
		return nil, fmt.Errorf("settings file: %w", err)
	}
	values, err := ParseFile(string(text))
	if err != nil {
		return nil, fmt.Errorf("settings file %s: %w", path, err)
	}
	return kong.Resolvers(settingsFile{path: path, values: values}), nil
}

// settingsFile gives a parser what stands in the file.
type settingsFile struct {
	path   string
	values map[string]Line
}

// Resolve returns the value of a flag, nil when the environment has it or the file has not.
func (f settingsFile) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	line, ok := f.values[flag.Name]
	if !ok || inEnvironment(flag.Envs) {
		return nil, nil
	}
	return line.Value, nil
}

// Validate refuses a name that no command has as a flag: a setting that is misspelt would be passed over in silence.
func (f settingsFile) Validate(program *kong.Application) error {
	known, err := flagNames(program)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(f.values)) {
		if !slices.Contains(known, name) {
			return fmt.Errorf("settings file %s: line %d: there is no setting %q; the nearest is %q", f.path, f.values[name].Number, name, nearest(name, known))
		}
	}
	return nil
}

func flagNames(program *kong.Application) (names []string, err error) {
	err = kong.Visit(program, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok && flag.Name != "help" {
			names = append(names, flag.Name)
		}
		return next(nil)
	})
	return names, err
}

func inEnvironment(names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		_, set := os.LookupEnv(name)
		return set
	})
}

// fileIn finds the settings file's name before the flags are parsed.
func fileIn(args []string) (path string, named bool) {
	for i, arg := range args {
		if value, ok := strings.CutPrefix(arg, "--config="); ok {
			return value, true
		}
		if arg == "--config" && i+1 < len(args) {
			return args[i+1], true
		}
	}
	if value := os.Getenv("ESSAIM_CONFIG"); value != "" {
		return value, true
	}
	return "essaim.conf", false
}

// Check refuses settings that could not work together, in words for the host.
func (s Settings) Check() error {
	site, err := url.Parse(s.URL)
	if err != nil || site.Host == "" || site.Scheme != "http" && site.Scheme != "https" {
		return fmt.Errorf("--url %q: write it like https://example.org", s.URL)
	}
	if strings.Trim(site.Path, "/") != "" {
		return fmt.Errorf("--url %q: the site stands at the root of its name, without a path", s.URL)
	}
	if len(s.Languages) == 0 {
		return errors.New("--languages: at least one")
	}
	_, err = s.Proxies()
	return err
}

// Origin is the site's URL without a final slash.
func (s Settings) Origin() string { return strings.TrimRight(s.URL, "/") }

// Proxies reads the networks in front.
func (s Settings) Proxies() ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, text := range s.TrustedProxy {
		if !strings.Contains(text, "/") {
			if a, err := netip.ParseAddr(text); err == nil {
				all = append(all, netip.PrefixFrom(a, a.BitLen()))
				continue
			}
		}
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("--trusted-proxy %q: write an address or a network, such as 10.0.0.0/8", text)
		}
		all = append(all, prefix)
	}
	return all, nil
}

// KeyFile is where the vault's key lies: beside the data folder, not in it, so that who copies the folder has no key.
func (s Settings) KeyFile() string {
	if s.VaultFile != "" {
		return s.VaultFile
	}
	return filepath.Clean(s.Data) + ".key"
}

// DatabaseFile is SQLite's file.
func (s Settings) DatabaseFile() string { return filepath.Join(s.Data, "essaim.db") }

// PlacesFolder is where 'places update' keeps its set.
func (s Settings) PlacesFolder() string { return filepath.Join(s.Data, "places") }

// ListsFolder is where a host lays lists of words for moderators to take over.
func (s Settings) ListsFolder() string { return filepath.Join(s.Data, "words") }
