package main

import (
	"context"
	"io"
	"path/filepath"

	"github.com/compose-spec/compose-go/v2/cli"
)

// lintCompose loads the file as `docker compose config` does, with nothing of this process's environment, and writes what
// it comes to.
func lintCompose(out io.Writer, file, envFile string) error {
	options, err := cli.NewProjectOptions(
		[]string{file},
		cli.WithWorkingDirectory(filepath.Dir(file)),
		cli.WithEnvFiles(envFile),
		cli.WithDotEnv,
		cli.WithProfiles([]string{"*"}),
	)
	if err != nil {
		return err
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return err
	}
	text, err := project.MarshalYAML()
	if err != nil {
		return err
	}
	_, err = out.Write(text)
	return err
}
