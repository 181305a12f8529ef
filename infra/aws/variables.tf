variable "name" {
  description = "First part of the names of roles and policies."
  type        = string
  default     = "lethe"
}

variable "trusted_principals" {
  description = "ARNs that may take on the roles: the task or instance roles of the processes."
  type        = object({ api = list(string), worker = list(string) })
}
