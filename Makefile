# Targets say what they do: `make` lists them.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## show the site with invented data, thrown away at the end (ARGS="--listen 127.0.0.1:8081")
	go run ./cmd/essaim demo $(ARGS)

test: ## install what the tests need, then run them all, on both databases
	@bash scripts/test.sh

check: ## look at the code without running it: format, vet, staticcheck, generated files
	@scripts/check.sh

quick: ## run the tests that need nothing but Go
	go test ./...

e2e: ## try the site in a real browser (tests in files named browser_*_test.go)
	@scripts/need.sh chromium
	@ESSAIM_AXE=$$(scripts/axe.sh) go test -count=1 -run "^($$(find internal -name 'browser*_test.go' | xargs sed -nE 's/^func (Test[A-Za-z0-9]+)\(.*/\1/p' | paste -sd '|' -))$$" $$(find internal -name 'browser*_test.go' | xargs -n 1 dirname | sort -u | sed 's|^|./|')

fuzz: ## feed every parser with foreign bytes for a while (SECONDS=60 each)
	@scripts/fuzz.sh $(or $(SECONDS),60)

crash: ## kill the server again and again under load, and count what is left (ROUNDS=20)
	ESSAIM_CRASH_ROUNDS=$(or $(ROUNDS),20) scripts/postgres.sh --durable go test -count=1 -v -timeout 60m -run KillNine ./internal/app/...

bench: ## measure every package by itself
	go test -run '^$$' -bench . -benchmem ./internal/...

bench-page: ## measure pages beside nginx (docs/performance.md)
	@scripts/need.sh nginx-light wrk
	go run ./bench/page $(ARGS)

bench-sign: ## measure signatures and confirmations beside pgbench and the bare driver (docs/performance.md)
	@scripts/need.sh postgresql
	scripts/postgres.sh --durable go run ./bench/sign $(ARGS)

bench-start: ## measure how soon the site is ready, and how little it takes (docs/performance.md)
	go run ./bench/start $(ARGS)

bench-near: ## measure near you and search among 100,000 mobilisations (docs/performance.md)
	@scripts/need.sh postgresql
	scripts/postgres.sh go run ./bench/near $(ARGS)

bench-backup: ## measure backups under load and restores of a million signatures (docs/performance.md)
	@scripts/need.sh postgresql
	scripts/postgres.sh --durable go run ./bench/backup $(ARGS)

bench-board: ## measure the pages of who organises a mobilisation of a million signatures (docs/performance.md)
	@scripts/need.sh postgresql
	scripts/postgres.sh --durable go run ./bench/board $(ARGS)

build: ## make the binary, which needs nothing beside it: build/essaim
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o build/essaim ./cmd/essaim
	@ls -l build/essaim | awk '{ printf "build/essaim, %.1f MB\n", $$5 / 1e6 }'

release: ## make what is handed to hosts, in build/release: programs, Debian packages, sums (ARGS=--check starts it in an empty root)
	@scripts/release.sh $(ARGS)

generate: ## write what tools write: pages from .templ, style sheets, scripts
	@scripts/generate.sh

room: ## furnish a new room: make room NAME=gathering
	@scripts/room.sh "$(NAME)"

message: ## show a message: who says it, in what words: make message KEY=mobilisation.sign
	@scripts/message.sh "$(KEY)"

.PHONY: help run test check quick e2e fuzz crash bench bench-page bench-sign bench-start bench-backup bench-near bench-board build release generate room message
