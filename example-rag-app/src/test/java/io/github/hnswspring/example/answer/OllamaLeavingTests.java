package io.github.hnswspring.example.answer;

import org.springframework.test.context.ActiveProfiles;

/** With the profile {@code ollama}. */
@ActiveProfiles("ollama")
class OllamaLeavingTests extends LeavingClients {

}
