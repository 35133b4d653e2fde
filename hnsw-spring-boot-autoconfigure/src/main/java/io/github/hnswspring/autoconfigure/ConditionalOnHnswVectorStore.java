package io.github.hnswspring.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.context.annotation.Conditional;

/**
 * Matches if a bean is, or may turn out to be, an
 * {@link io.github.hnswspring.vectorstore.HnswVectorStore}: its declared type may be an
 * interface of it. {@link HnswVectorStores#find} says what there is.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Conditional(OnHnswVectorStoreCandidateCondition.class)
public @interface ConditionalOnHnswVectorStore {

}
