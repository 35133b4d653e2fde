/**
 * HTTP: the REST controllers, the event stream, problem details, and what guards a server
 * without a login against other web sites and other machines.
 */
@NullMarked
package io.github.hnswspring.example.web;

import org.jspecify.annotations.NullMarked;
