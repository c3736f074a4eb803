"""The credit ideas, one file each; every public function is a sheet function."""
