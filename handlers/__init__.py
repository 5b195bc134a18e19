"""What service tasks do: one module a process, one public function a service task. Here engine and domain meet."""
