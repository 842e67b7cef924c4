package prose

import (
	"net/url"
	"slices"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// transformer gives headings their place in the page, marks links, and takes away images and links that lead nowhere good.
type transformer struct{}

// Transform implements goldmark's parser.ASTTransformer.
func (transformer) Transform(doc *ast.Document, source text.Reader, _ parser.Context) {
	var headings []*ast.Heading
	var unwanted []ast.Node
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			headings = append(headings, n)
		case *ast.Image:
			unwanted = append(unwanted, n)
		case *ast.Link:
			if !mark(n, n.Destination) {
				unwanted = append(unwanted, n)
			}
		case *ast.AutoLink:
			if !mark(n, n.URL(source.Source())) {
				n.AppendChild(n, ast.NewString(n.Label(source.Source())))
				unwanted = append(unwanted, n)
			}
		}
		return ast.WalkContinue, nil
	})
	rank(headings)
	for _, n := range unwanted {
		unwrap(n)
	}
}

// rank numbers the levels that a text uses from topHeading down without a gap, whatever it began with: who reads by ear
// walks the levels.
func rank(headings []*ast.Heading) {
	var used []int
	for _, h := range headings {
		used = append(used, h.Level)
	}
	slices.Sort(used)
	used = slices.Compact(used)
	for _, h := range headings {
		h.Level = min(topHeading+slices.Index(used, h.Level), 6)
	}
}

// mark gives a link its rel, and tells whether the link may stay.
func mark(link ast.Node, destination []byte) bool {
	link.SetAttributeString("rel", []byte(linkRel))
	u, err := url.Parse(string(destination))
	if err != nil {
		return false
	}
	switch u.Scheme {
	case "http", "https":
		return u.Host != ""
	case "mailto":
		return true
	case "":
		return len(destination) > 0
	}
	return false
}

// unwrap puts the children of a node in its place: the words of a link, the description of an image.
func unwrap(n ast.Node) {
	parent := n.Parent()
	for child := n.FirstChild(); child != nil; child = n.FirstChild() {
		parent.InsertBefore(parent, n, child)
	}
	parent.RemoveChild(parent, n)
}
